// The part of GDAL's C interface that the planner uses, declared here because Debian's libgdal-dev cannot stand beside
// libboost1.81-dev (it wants libkml-dev, which wants Boost 1.74). The C interface keeps its binary form within
// libgdal.so.32; see docs/adr/0011-gdal-by-its-c-interface.md. Refuses wrappers: gdal_guard.h and exports/ give them a
// shape.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

using GdalHandle = void*;

// cpl_error.h, cpl_string.h, cpl_vsi.h
using CplErrorHandler = void (*)(int severity, int number, const char* message);
void CPLQuietErrorHandler(int severity, int number, const char* message);
void CPLPushErrorHandler(CplErrorHandler handler);
void CPLPopErrorHandler(void);
void CPLErrorReset(void);
const char* CPLGetLastErrorMsg(void);
void CPLSetConfigOption(const char* key, const char* value);
void CSLDestroy(char** list);
char** VSIReadDir(const char* path);
GdalHandle VSIFOpenL(const char* path, const char* access);
std::size_t VSIFReadL(void* to, std::size_t size, std::size_t count, GdalHandle file);
int VSIFCloseL(GdalHandle file);
int VSIUnlink(const char* path);
unsigned char* VSIGetMemFileBuffer(const char* path, std::uint64_t* size, int unlink_and_take);

// gdal.h
void GDALAllRegister(void);
GdalHandle GDALOpenEx(const char* path, unsigned flags, const char* const* drivers, const char* const* options,
                      const char* const* siblings);
void GDALClose(GdalHandle dataset);
int GDALGetRasterXSize(GdalHandle dataset);
int GDALGetRasterYSize(GdalHandle dataset);
int GDALGetRasterCount(GdalHandle dataset);
int GDALGetGeoTransform(GdalHandle dataset, double* six);
GdalHandle GDALGetSpatialRef(GdalHandle dataset);
GdalHandle GDALGetRasterBand(GdalHandle dataset, int number);
int GDALGetRasterDataType(GdalHandle band);
void GDALGetBlockSize(GdalHandle band, int* width, int* height);
double GDALGetRasterNoDataValue(GdalHandle band, int* has);
int GDALRasterIO(GdalHandle band, int write, int x, int y, int width, int height, void* to, int to_width, int to_height,
                 int type, int pixel_space, int line_space);
int GDALDatasetGetLayerCount(GdalHandle dataset);
GdalHandle GDALDatasetGetLayer(GdalHandle dataset, int number);
GdalHandle GDALDatasetGetLayerByName(GdalHandle dataset, const char* name);
GdalHandle GDALGetDriverByName(const char* name);
GdalHandle GDALCreate(GdalHandle driver, const char* path, int width, int height, int bands, int type,
                      const char* const* options);
GdalHandle GDALCreateCopy(GdalHandle driver, const char* path, GdalHandle from, int strict, const char* const* options,
                          void* progress, void* progress_data);
int GDALSetGeoTransform(GdalHandle dataset, const double* six);
int GDALSetSpatialRef(GdalHandle dataset, GdalHandle reference);
int GDALSetRasterNoDataValue(GdalHandle band, double value);
void GDALSetDescription(GdalHandle object, const char* text);
GdalHandle GDALDatasetCreateLayer(GdalHandle dataset, const char* name, GdalHandle reference, int geometry,
                                  const char* const* options);
int GDALDatasetStartTransaction(GdalHandle dataset, int force);
int GDALDatasetCommitTransaction(GdalHandle dataset);

// ogr_api.h
GdalHandle OGR_L_GetNextFeature(GdalHandle layer);
GdalHandle OGR_L_GetSpatialRef(GdalHandle layer);
const char* OGR_L_GetName(GdalHandle layer);
int OGR_L_GetGeomType(GdalHandle layer);
GdalHandle OGR_L_GetLayerDefn(GdalHandle layer);
int OGR_L_CreateField(GdalHandle layer, GdalHandle field, int approximately);
int OGR_L_CreateFeature(GdalHandle layer, GdalHandle feature);
int OGR_FD_GetFieldCount(GdalHandle definition);
GdalHandle OGR_FD_GetFieldDefn(GdalHandle definition, int number);
const char* OGR_Fld_GetNameRef(GdalHandle field);
GdalHandle OGR_Fld_Create(const char* name, int type);
void OGR_Fld_Destroy(GdalHandle field);
GdalHandle OGR_F_Create(GdalHandle definition);
void OGR_F_Destroy(GdalHandle feature);
void OGR_F_SetFieldString(GdalHandle feature, int number, const char* text);
void OGR_F_SetFieldDouble(GdalHandle feature, int number, double value);
void OGR_F_SetFieldInteger64(GdalHandle feature, int number, std::int64_t value);
int OGR_F_SetGeometryDirectly(GdalHandle feature, GdalHandle geometry);
std::int64_t OGR_F_GetFID(GdalHandle feature);
int OGR_F_IsFieldSetAndNotNull(GdalHandle feature, int number);
const char* OGR_F_GetFieldAsString(GdalHandle feature, int number);
GdalHandle OGR_F_GetGeometryRef(GdalHandle feature);
GdalHandle OGR_G_CreateGeometry(int type);
void OGR_G_DestroyGeometry(GdalHandle geometry);
int OGR_G_Centroid(GdalHandle geometry, GdalHandle point);
int OGR_G_IsEmpty(GdalHandle geometry);
int OGR_G_GetGeometryCount(GdalHandle geometry);
GdalHandle OGR_G_GetGeometryRef(GdalHandle geometry, int number);
int OGR_G_GetPointCount(GdalHandle geometry);
void OGR_G_SetPoint_2D(GdalHandle geometry, int number, double x, double y);
double OGR_G_GetX(GdalHandle geometry, int number);
double OGR_G_GetY(GdalHandle geometry, int number);

// ogr_srs_api.h
int OSRIsGeographic(GdalHandle reference);
GdalHandle OSRNewSpatialReference(const char* text);
int OSRImportFromEPSG(GdalHandle reference, int code);
void OSRSetAxisMappingStrategy(GdalHandle reference, int strategy);
void OSRDestroySpatialReference(GdalHandle reference);
GdalHandle OSRClone(GdalHandle reference);
GdalHandle OCTNewCoordinateTransformation(GdalHandle from, GdalHandle to);
void OCTDestroyCoordinateTransformation(GdalHandle transformation);
int OCTTransform(GdalHandle transformation, int count, double* x, double* y, double* z);

}  // extern "C"

namespace karkara::planner {

// gdal.h and ogr_core.h
inline constexpr unsigned kGdalRaster = 0x02;
inline constexpr unsigned kGdalVector = 0x04;
inline constexpr int kGdalByte = 1;
inline constexpr int kGdalInt32 = 5;
inline constexpr int kGdalFloat32 = 6;
inline constexpr int kGdalFloat64 = 7;
inline constexpr int kWkbPoint = 1;
inline constexpr int kWkbLine = 2;
inline constexpr int kWkbNone = 100;  // a table without geometry
inline constexpr int kOgrReal = 2;
inline constexpr int kOgrString = 4;
inline constexpr int kOgrInteger64 = 12;
inline constexpr int kTraditionalOrder = 0;  // longitude, latitude

}  // namespace karkara::planner
